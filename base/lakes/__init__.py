"""Where lakes lie that machines share."""
