"""From a grid to records: a form's labels are found, wherever they are, and its values from them."""
