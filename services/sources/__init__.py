"""The upstream systems we poll, one file each."""
