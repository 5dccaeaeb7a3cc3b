"""What a crawl or a survey of many portals takes."""
