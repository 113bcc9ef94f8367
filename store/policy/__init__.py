"""What a reply must be: takeaway, canned, scope, language; one gate joins them."""
