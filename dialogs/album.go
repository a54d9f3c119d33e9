package dialogs

import "besedka/core/chat"

// keepAlbum notes that a question was answered by the first picture of an album:
// the others are part of the answer, and no receipts.
func (t *turn) keepAlbum() {
	if in := t.in.Chat; in != nil && sent(in) && in.Album != "" {
		t.s.Album = albumKey(in.Album)
	}
}

// answeredBy says whether in belongs to the album that has answered already, or is one
// more file of an album whose file was told to be of no use; a picture of it may be.
func (t *turn) answeredBy(in *chat.Inbound) bool {
	return sent(in) && in.Album != "" && (t.s.Album == albumKey(in.Album) || in.File != nil && t.s.Album == filesKey(in.Album))
}

// sent says whether it is a picture or a file.
func sent(in *chat.Inbound) bool { return in.Photo != nil || in.File != nil }

func albumKey(id string) uint32 { return max(1, hash("album", id)) }

func filesKey(id string) uint32 { return max(1, hash("files", id)) }
