package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/storage"
	"besedka/web/problem"
)

// acceptPhoto takes the bytes of a picture or a PDF as the body and its key in ?key=.
// What it shows, and whether it is a picture at all, is read later: the bot
// answers that.
func (s *server) acceptPhoto(w http.ResponseWriter, r *http.Request, peer string) {
	key := r.URL.Query().Get("key")
	if !keyForm.MatchString(key) {
		problem.Write(w, http.StatusUnprocessableEntity, "bad_message", "?key= must be 8 to 64 letters, digits, dots, dashes")
		return
	}
	size := photoSize(r)
	if !s.roomForPhoto(r.Context(), size) {
		problem.Write(w, http.StatusServiceUnavailable, "busy", "too many photos are on their way: send it again")
		return
	}
	defer s.photoRoom.Release(size)
	data, err := readPhoto(w, r, size)
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
		problem.Write(w, http.StatusRequestEntityTooLarge, "too_big", "a photo or a PDF holds at most 10 MB")
		return
	}
	if err != nil {
		problem.Write(w, http.StatusRequestTimeout, "cut", "the photo has not come whole: send it again")
		return
	}
	if len(data) == 0 {
		problem.Write(w, http.StatusBadRequest, "no_photo", "the body must be the bytes of a picture")
		return
	}
	remote, err := s.Chat.Upload(r.Context(), peer, data)
	if err != nil {
		s.broken(w, r, "keep photo", err)
		return
	}
	pdf := bytes.HasPrefix(data, []byte("%PDF-"))
	s.accept(w, r, peer, key, chat.Inbound{Lang: s.language(r), Photo: &chat.Photo{Remote: remote, PDF: pdf}})
}

// Photos on their way take memory, and their time on a poor mobile network.
const (
	photosBytes = 160 << 20 // of the whole process: 16 of the largest, many more of usual ones
	photoTurn   = 30 * time.Second
	photoTime   = 5 * time.Minute
)

// photoSize is the memory that a body asks for; one that does not say asks for
// the most.
func photoSize(r *http.Request) int64 {
	if r.ContentLength < 0 || r.ContentLength > MaxPhotoBytes {
		return MaxPhotoBytes
	}
	return r.ContentLength
}

// roomForPhoto waits for room, but not for long: whoever leaves before their
// body is read is not seen to leave.
func (s *server) roomForPhoto(ctx context.Context, size int64) bool {
	ctx, cancel := context.WithTimeout(ctx, photoTurn)
	defer cancel()
	return s.photoRoom.Acquire(ctx, size) == nil
}

// readPhoto reads the body into the room it has.
func readPhoto(w http.ResponseWriter, r *http.Request, size int64) ([]byte, error) {
	c, until := http.NewResponseController(w), time.Now().Add(photoTime)
	if err := errors.Join(c.SetReadDeadline(until), c.SetWriteDeadline(until.Add(answerTime))); err != nil {
		return nil, err
	}
	body := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead)) // else it grows to twice the size
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, MaxPhotoBytes))
	return body.Bytes(), err
}

// shownTypes are the pictures served back; a browser never gets to guess.
var shownTypes = []string{"image/jpeg", "image/png", "image/webp", "image/gif"}

// serveMedia shows a picture of the peer's own chat; any other file is to be saved, under
// the name that its link gives it. It is somebody's upload: nothing in it may run, whatever
// it is.
func (s *server) serveMedia(w http.ResponseWriter, r *http.Request, peer string) {
	picture, err := s.Chat.Media(r.Context(), peer, r.PathValue("ref"))
	if errors.Is(err, storage.ErrNotFound) {
		problem.Write(w, http.StatusNotFound, "not_found", "")
		return
	}
	if err != nil {
		s.broken(w, r, "open picture", err)
		return
	}
	kind, place := "application/octet-stream", "attachment"
	for _, shown := range shownTypes {
		if strings.EqualFold(picture.Type, shown) {
			kind, place = shown, "inline; filename=picture"
		}
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", place)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, max-age=86400")
	_, _ = w.Write(picture.Data)
}
