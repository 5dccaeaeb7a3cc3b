"""The spiders: scrapy crawl reports, scrapy crawl discover."""
