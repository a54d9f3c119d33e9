package chat

// Why a photo or a file came to nothing before anybody looked at it (Photo.Trouble,
// File.Trouble).
// What goes wrong with reading one is package qr's to say.
const (
	Unreachable = "unreachable" // the messenger did not give the file
	TooBig      = "too_large"   // longer than Caps.Fetch, or than what is kept: to the shopper it is one thing
)
