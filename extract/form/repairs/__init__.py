"""What is done to a reading where cells stand otherwise than the form says."""
