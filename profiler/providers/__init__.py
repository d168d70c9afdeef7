"""What is known about mail providers (`database`, `provider`), and the payload settings that follow from it (`settings`)."""
