"""Hot spots: arrays in, results with method, window, n and seed out."""
