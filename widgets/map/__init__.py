"""The live map: base map, sprites, vectors, labels, picking."""
