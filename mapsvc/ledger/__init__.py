"""Reading and writing office workbooks."""
