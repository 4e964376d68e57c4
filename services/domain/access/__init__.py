"""Who may see what: policy as functions, which deny unless they say why not."""
