"""The inside of imports: positions, a file per noun, engine, previews, undo; the door is `operations.imports`."""
