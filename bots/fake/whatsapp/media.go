//go:build !nowhatsmeow

package whatsapp

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/util/cbcutil"
)

const (
	mediaHost    = "mmg.whatsapp.net"
	mediaPath    = "/o1/"
	mediaMAC     = 10 // bytes of it that a file carries
	maxMedia     = 128 << 20
	imageKeys    = "WhatsApp Image Keys"
	documentKeys = "WhatsApp Document Keys"
)

// mediaConn tells the device where files are.
func mediaConn() waBinary.Node {
	return waBinary.Node{
		Tag: "media_conn", Attrs: waBinary.Attrs{"auth": "auth", "ttl": 3600, "auth_ttl": 3600, "max_buckets": 12},
		Content: []waBinary.Node{{Tag: "host", Attrs: waBinary.Attrs{"hostname": mediaHost}}},
	}
}

// file is one that lies sealed on the server.
type file struct {
	url, path           string
	key, sum, sealedSum []byte
	length              uint64
}

// store puts a person's file on the server. The lock is held.
func (s *Server) store(data []byte, purpose string) file {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails
	iv, cipherKey, macKey := mediaKeys(key[:], purpose)
	sealed, err := cbcutil.Encrypt(cipherKey, iv, data)
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	sealed = append(sealed, mediaSum(macKey, iv, sealed)...)
	sum, sealedSum := sha256.Sum256(data), sha256.Sum256(sealed)
	f := file{key: key[:], sum: sum[:], sealedSum: sealedSum[:], length: uint64(len(data))}
	f.path = s.keep(base64.URLEncoding.EncodeToString(sealedSum[:]), sealed)
	f.url = "https://" + mediaHost + f.path
	return f
}

// keep stores a sealed file and returns the path it is fetched by.
func (s *Server) keep(token string, sealed []byte) string {
	s.files[token] = sealed
	return mediaPath + token + "?ccb=11"
}

// open reads a picture that the device has sent; nil when it does not fit its
// keys. The lock is held.
func (s *Server) open(m *waE2E.ImageMessage) []byte {
	token, _, _ := strings.Cut(strings.TrimPrefix(m.GetDirectPath(), mediaPath), "?")
	sealed := s.files[token]
	if len(sealed) <= mediaMAC {
		return nil
	}
	iv, cipherKey, macKey := mediaKeys(m.GetMediaKey(), imageKeys)
	body, mac := sealed[:len(sealed)-mediaMAC], sealed[len(sealed)-mediaMAC:]
	if !hmac.Equal(mac, mediaSum(macKey, iv, body)) {
		return nil
	}
	data, err := cbcutil.Decrypt(cipherKey, iv, append([]byte{}, body...))
	if err != nil {
		return nil
	}
	return data
}

func mediaKeys(key []byte, purpose string) (iv, cipherKey, macKey []byte) {
	all, err := hkdf.Key(sha256.New, key, nil, purpose, 112)
	if err != nil {
		panic(err) // only for lengths that cannot be
	}
	return all[:16], all[16:48], all[48:80]
}

func mediaSum(key, iv, sealed []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(iv)
	h.Write(sealed)
	return h.Sum(nil)[:mediaMAC]
}

// upload takes a sealed file at /mms/<kind>/<token>.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	torn := s.takeFault(Tear, "") != nil
	s.mu.Unlock()
	if torn {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMedia))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	token := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	s.mu.Lock()
	path := s.keep(token, data)
	s.mu.Unlock()
	_ = json.NewEncoder(w).Encode(map[string]string{"url": "https://" + mediaHost + path, "direct_path": path})
}

func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	data, ok := s.files[strings.TrimPrefix(r.URL.Path, mediaPath)]
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(data)
}

// LoseFiles forgets every file, as WhatsApp does after some weeks.
func (s *Server) LoseFiles() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.files)
}
