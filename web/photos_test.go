package web

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"besedka/core/chat"
)

// TestPhotosComeInTime: a session sends so many at once and no more.
func TestPhotosComeInTime(t *testing.T) {
	t.Parallel()
	built(t)
	url, _, _ := site(t)
	s := newShopper(t, url)
	s.ask("GET", "/chat", "")
	statuses := map[int]int{}
	for i := range photosPerSession + 15 {
		status, _, _ := s.ask("POST", fmt.Sprintf("/api/chat/photos?key=photo-%03d", i), "\x89PNG")
		statuses[status]++
	}
	if statuses[202] < photosPerSession || statuses[429] == 0 {
		t.Errorf("photos at once: %v, want %d taken and then 429", statuses, photosPerSession)
	}
}

// TestPhotoThatIsCut: half a photo is nothing that the shopper did wrong; the page
// tries again at 408.
func TestPhotoThatIsCut(t *testing.T) {
	t.Parallel()
	url, m, _ := site(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/chat/photos?key=photo-001 HTTP/1.1\r\nHost: x\r\nCookie: %s=%032x\r\nContent-Length: 1000\r\n\r\nhalf", PeerCookie, 7)
	conn.(*net.TCPConn).CloseWrite()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusRequestTimeout || len(m.photos) > 0 {
		t.Errorf("half a photo: %s, %d kept", resp.Status, len(m.photos))
	}
}

// TestLongChatOpensAtItsEnd: what was said last is on the page, not what was said
// first.
func TestLongChatOpensAtItsEnd(t *testing.T) {
	t.Parallel()
	built(t)
	url, m, _ := site(t)
	s := newShopper(t, url)
	peer := fmt.Sprintf("%032x", 9)
	for i := range maxShown {
		if err := m.accept(context.Background(), peer, fmt.Sprint(i), chat.Inbound{Text: fmt.Sprintf("слово-%d.", i)}); err != nil {
			t.Fatal(err)
		}
	}
	_, page, _ := s.ask("GET", "/chat", "", "Cookie", PeerCookie+"="+peer)
	for word, want := range map[string]bool{"слово-0.": false, fmt.Sprintf("слово-%d.", maxShown-1): true} {
		if strings.Contains(page, word) != want {
			t.Errorf("%s is on the page: %v, want %v", word, !want, want)
		}
	}
}
