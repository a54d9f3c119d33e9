package bots

// Lone is an Adapter that sends from one process at a time.
type Lone interface {
	Adapter
	// Here says whether it is this one now.
	Here() bool
}
