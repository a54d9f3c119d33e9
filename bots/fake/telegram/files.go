package telegram

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// maxDownload is the longest file that getFile gives (core.telegram.org/bots/api#getfile).
const maxDownload = 20 << 20

func (s *Server) getMe(context.Context, call) (any, *apiError) { return s.self(), nil }

func (s *Server) self() map[string]any {
	number, _, _ := strings.Cut(s.token, ":")
	id, _ := strconv.ParseInt(number, 10, 64)
	return map[string]any{"id": id, "is_bot": true, "first_name": "Fake", "username": "fake_bot"}
}

func (s *Server) getFile(_ context.Context, c call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := c.fields["file_id"]
	data, ok := s.files[id]
	switch {
	case !ok:
		return nil, badRequest("invalid file_id")
	case len(data) > maxDownload:
		return nil, badRequest("file is too big")
	}
	return map[string]any{"file_id": id, "file_unique_id": id, "file_size": len(data), "file_path": "photos/" + id}, nil
}

// download is a method for faults too. None of them lets the file through.
const download = "download"

func (s *Server) download(w http.ResponseWriter, r *http.Request, path string) {
	if fault := s.takeFault(download, 0); fault != nil {
		if !fault.before(w) {
			fault.after(w, r)
		}
		return
	}
	s.mu.Lock()
	data, ok := s.files[strings.TrimPrefix(path, "photos/")]
	s.mu.Unlock()
	if !ok {
		answer(w, nil, &apiError{Code: http.StatusNotFound, Description: "Not Found"})
		return
	}
	_, _ = w.Write(data)
}

// keepFile stores what a person sent and returns its file_id. The lock is held.
func (s *Server) keepFile(data []byte) string {
	id := fmt.Sprintf("file-%d", len(s.files)+1)
	s.files[id] = data
	return id
}
