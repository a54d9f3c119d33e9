package storage

// OrNull is nil for a zero value, which a statement takes for null.
func OrNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
