package cloudapi

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Limits of what may be uploaded.
const (
	maxImage    = 5 << 20
	maxSound    = 16 << 20
	maxDocument = 100 << 20
)

// uploadable is how large a file of a type may be that is uploaded; no other type is taken.
var uploadable = map[string]int{
	"image/jpeg": maxImage, "image/png": maxImage,
	"audio/ogg; codecs=opus": maxSound, "video/mp4": maxSound,
	"application/pdf": maxDocument, "text/plain": maxDocument,
	"application/msword": maxDocument, "application/vnd.ms-excel": maxDocument, "application/vnd.ms-powerpoint": maxDocument,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   maxDocument,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         maxDocument,
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": maxDocument,
}

// addressLife is for how long the address of a file works.
const addressLife = 5 * time.Minute

// keep stores a file. The lock is held.
func (s *Server) keep(data []byte, mime string) string {
	id := fmt.Sprintf("%d", 9000+len(s.files))
	s.files[id] = file{data: data, mime: mime}
	return id
}

func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	fault := s.takeFault("media", "")
	if fault != nil && fault.before(w) {
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxDocument+1<<20)
	part, head, err := r.FormFile("file")
	if err != nil {
		refuse(w, badRequest(100, "(#100) The parameter file is required."))
		return
	}
	data, err := io.ReadAll(part)
	mime := head.Header.Get("Content-Type")
	switch {
	case err != nil, r.FormValue("messaging_product") != "whatsapp":
		refuse(w, badRequest(100, "(#100) The parameter messaging_product is required."))
		return
	case len(data) == 0, len(data) > uploadable[mime]:
		refuse(w, badRequest(131053, "Media upload error"))
		return
	}
	s.mu.Lock()
	id := s.keep(data, mime)
	s.mu.Unlock()
	if fault != nil {
		fault.after(w, r)
		return
	}
	answer(w, http.StatusOK, map[string]any{"id": id})
}

// media tells the address of a file.
func (s *Server) media(w http.ResponseWriter, r *http.Request, id string) {
	fault := s.takeFault("media", "")
	if fault != nil && fault.before(w) {
		return
	}
	s.mu.Lock()
	f, ok := s.files[id]
	if ok {
		f.until = s.cfg.Now().Add(addressLife)
		s.files[id] = f
	}
	s.mu.Unlock()
	if !ok {
		refuse(w, badRequest(100, "Unsupported get request. Object with ID '"+id+"' does not exist"))
		return
	}
	sum := sha256.Sum256(f.data)
	answer(w, http.StatusOK, map[string]any{
		"id": id, "url": "http://" + r.Host + "/files/" + id, "mime_type": f.mime,
		"sha256": hex.EncodeToString(sum[:]), "file_size": len(f.data), "messaging_product": "whatsapp",
	})
}

func (s *Server) download(w http.ResponseWriter, _ *http.Request, id string) {
	if fault := s.takeFault("download", ""); fault != nil && fault.before(w) {
		return
	}
	s.mu.Lock()
	f, ok := s.files[id]
	s.mu.Unlock()
	if !ok || !f.until.After(s.cfg.Now()) {
		http.Error(w, "URL signature expired", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", f.mime)
	_, _ = w.Write(f.data)
}
