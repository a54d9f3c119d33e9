package chat

// File is what a person sends beside photos: the bot keeps it for people to look
// at and cannot read it itself. The adapter gives Remote; a worker fetches it and
// stores it sealed as Blob, or says why it did not.
type File struct {
	Kind    FileKind `json:"kind"`
	Remote  string   `json:"remote,omitempty"` // the messenger's handle for fetching it
	Blob    string   `json:"blob,omitempty"`   // id of the sealed copy
	Name    string   `json:"name,omitempty"`   // as the sender's phone calls it; of a sticker, the emoji it stands for
	Mime    string   `json:"mime,omitempty"`   // as the messenger says; never trusted
	Size    int64    `json:"size,omitempty"`   // bytes; 0 = the messenger does not say
	Trouble string   `json:"trouble,omitempty"`
}

// FileKind is what a messenger calls a file.
type FileKind string

// The kinds of files. An animation is a video without sound that repeats itself.
const (
	Video     FileKind = "video"
	VideoNote FileKind = "video_note" // recorded in the chat, round
	Animation FileKind = "animation"
	Voice     FileKind = "voice" // recorded in the chat
	Audio     FileKind = "audio"
	Sticker   FileKind = "sticker"
	Document  FileKind = "document"
)
