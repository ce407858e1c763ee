"""What is pushed to us: GA/T 1400 (VIID) and AIS/NMEA."""
