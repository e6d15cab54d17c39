"""Pages of what is told: reports to read, notices, mails and deliveries."""
