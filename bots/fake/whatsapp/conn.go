//go:build !nowhatsmeow

package whatsapp

import (
	"bytes"
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"

	"github.com/coder/websocket"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/socket"
	"go.mau.fi/whatsmeow/util/keys"
	"google.golang.org/protobuf/proto"
)

// conn is one device's connection, after its handshake.
type conn struct {
	wire        net.Conn
	cut         func() error // ends it without a word
	read, write cipher.AEAD
	in, out     uint32 // frames so far
	payload     *waWa6.ClientPayload
	active      bool // the device takes what waits for it

	mu sync.Mutex // of out and of writing
}

// accept makes a connection of a websocket request: the responder's side of the
// handshake.
func accept(w http.ResponseWriter, r *http.Request) (*conn, error) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // the origin is WhatsApp's page
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(socket.FrameMaxSize)
	c := &conn{cut: ws.CloseNow, wire: websocket.NetConn(context.WithoutCancel(r.Context()), ws, websocket.MessageBinary)}
	if err := c.shake(); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *conn) shake() error {
	prologue := make([]byte, len(socket.WAConnHeader))
	if _, err := io.ReadFull(c.wire, prologue); err != nil {
		return err
	}
	if !bytes.Equal(prologue, socket.WAConnHeader) {
		return errors.New("this is not a client of the multidevice protocol")
	}
	hello, err := c.readHandshake()
	if err != nil {
		return err
	}
	h := newHandshake(prologue)
	ephemeral := keys.NewKeyPair()
	if err := c.greet(h, ephemeral, hello.GetClientHello().GetEphemeral()); err != nil {
		return err
	}
	finish, err := c.readHandshake()
	if err != nil {
		return err
	}
	return c.finish(h, ephemeral, finish.GetClientFinish())
}

// greet answers the client's hello with our keys and what proves them.
func (c *conn) greet(h *handshake, ephemeral *keys.KeyPair, theirs []byte) error {
	static := keys.NewKeyPair()
	chain, err := certificates(static)
	if err != nil {
		return err
	}
	h.mixHash(theirs)
	h.mixHash(ephemeral.Pub[:])
	if err := h.mixKey(ephemeral, theirs); err != nil {
		return err
	}
	sealedStatic := h.seal(static.Pub[:])
	if err := h.mixKey(static, theirs); err != nil {
		return err
	}
	answer, err := proto.Marshal(&waWa6.HandshakeMessage{ServerHello: &waWa6.HandshakeMessage_ServerHello{
		Ephemeral: ephemeral.Pub[:], Static: sealedStatic, Payload: h.seal(chain),
	}})
	if err != nil {
		return err
	}
	return c.writeFrame(answer)
}

// finish learns who the client is.
func (c *conn) finish(h *handshake, ephemeral *keys.KeyPair, m *waWa6.HandshakeMessage_ClientFinish) error {
	theirs, err := h.open(m.GetStatic())
	if err != nil {
		return err
	}
	if err := h.mixKey(ephemeral, theirs); err != nil {
		return err
	}
	payload, err := h.open(m.GetPayload())
	if err != nil {
		return err
	}
	c.payload = &waWa6.ClientPayload{}
	c.read, c.write = h.split()
	return proto.Unmarshal(payload, c.payload)
}

func (c *conn) readHandshake() (*waWa6.HandshakeMessage, error) {
	frame, err := c.readFrame()
	if err != nil {
		return nil, err
	}
	m := &waWa6.HandshakeMessage{}
	return m, proto.Unmarshal(frame, m)
}

// readFrame reads three bytes of length and so many of a frame.
func (c *conn) readFrame() ([]byte, error) {
	var size [socket.FrameLengthSize]byte
	if _, err := io.ReadFull(c.wire, size[:]); err != nil {
		return nil, err
	}
	frame := make([]byte, int(size[0])<<16|int(size[1])<<8|int(size[2]))
	_, err := io.ReadFull(c.wire, frame)
	return frame, err
}

func framed(frame []byte) []byte {
	n := len(frame)
	return append([]byte{byte(n >> 16), byte(n >> 8), byte(n)}, frame...)
}

func (c *conn) writeFrame(frame []byte) error {
	_, err := c.wire.Write(framed(frame))
	return err
}

// receive reads the next node.
func (c *conn) receive() (*waBinary.Node, error) {
	frame, err := c.readFrame()
	if err != nil {
		return nil, err
	}
	plain, err := c.read.Open(nil, nonce(c.in), frame, nil)
	if err != nil {
		return nil, fmt.Errorf("frame %d: %w", c.in, err)
	}
	c.in++
	plain, err = waBinary.Unpack(plain)
	if err != nil {
		return nil, err
	}
	return waBinary.Unmarshal(plain)
}

// send writes a node. That the client is gone shows when it is read from.
func (c *conn) send(n waBinary.Node) { c.sendPart(n, 1) }

// sendPart writes one in so many parts of a node.
func (c *conn) sendPart(n waBinary.Node, parts int) {
	plain, err := waBinary.Marshal(n)
	if err != nil {
		panic(err) // our own node
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	frame := framed(c.write.Seal(nil, nonce(c.out), plain, nil))
	c.out++
	_, _ = c.wire.Write(frame[:len(frame)/parts])
}

func (c *conn) close() { _ = c.cut() }
