package notice

// Prune is the nightly duty, which tests run at a time of their own.
var Prune = (*Service).prune
