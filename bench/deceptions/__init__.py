"""Files in which a person sees another number than a program that reads what is stored."""
