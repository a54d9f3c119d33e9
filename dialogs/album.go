package dialogs

import "besedka/core/chat"

// keepAlbum notes that a question was answered by the first picture of an album:
// the others are part of the answer, and no receipts.
func (t *turn) keepAlbum() {
	if in := t.in.Chat; in != nil && in.Photo != nil && in.Album != "" {
		t.s.Album = albumKey(in.Album)
	}
}

// answeredBy says whether in belongs to the album that has answered already.
func (t *turn) answeredBy(in *chat.Inbound) bool {
	return in.Photo != nil && in.Album != "" && t.s.Album == albumKey(in.Album)
}

func albumKey(id string) uint32 { return max(1, hash("album", id)) }
