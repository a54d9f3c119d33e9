package web

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

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

// TestPhotoMayTakeItsTime: a photo over a poor mobile network outlives the limits
// of other requests.
func TestPhotoMayTakeItsTime(t *testing.T) {
	t.Parallel()
	const limit = 200 * time.Millisecond
	h, _, _ := pages(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(serve(t, h, limit), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/chat/photos?key=photo-001 HTTP/1.1\r\nHost: x\r\nCookie: %s=%032x\r\nContent-Length: 8\r\n\r\n\x89PNG", PeerCookie, 7)
	time.Sleep(3 * limit)
	fmt.Fprint(conn, "rest")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		t.Errorf("a slow photo: %s", resp.Status)
	}
}

// TestPhotosOnTheirWayAreBounded: those who have no room yet wait for it, and a
// photo keeps its own until it is stored.
func TestPhotosOnTheirWayAreBounded(t *testing.T) {
	t.Parallel()
	store := make(chan struct{})
	storing := make(chan struct{}, photosBytes/MaxPhotoBytes+1)
	url, _, _ := site(t, func(d *Deps) {
		d.Chat.Upload = func(context.Context, string, []byte) (string, error) {
			storing <- struct{}{}
			<-store
			return "photo", nil
		}
	})
	photo := strings.Repeat("x", MaxPhotoBytes)
	var all sync.WaitGroup
	for i := range cap(storing) {
		all.Go(func() {
			s := newShopper(t, url)
			cookie := fmt.Sprintf("%s=%032x", PeerCookie, i)
			if status, _, _ := s.ask("POST", "/api/chat/photos?key=photo-001", photo, "Cookie", cookie); status != http.StatusAccepted {
				t.Errorf("photo %d: %d", i, status)
			}
		})
	}
	for range cap(storing) - 1 {
		<-storing
	}
	time.Sleep(100 * time.Millisecond)
	if len(storing) > 0 {
		t.Error("one photo more than there is room for is held")
	}
	close(store)
	all.Wait()
}
