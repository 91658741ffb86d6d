"""What Matinee's functions share. Importing any module here stays cheap: AWS clients and the pool are made on first use."""
