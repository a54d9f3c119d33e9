package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"besedka/core/verify"
	"besedka/core/verify/emulator"
)

// emulated is a tax service of our own on loopback, and a proverkacheka.com, each
// reached over its wire like the real one.
type emulated struct {
	*emulator.Emulator
	server *http.Server
	url    string
}

// emulatorToken is the token that both services of the emulator take; it opens
// nothing else.
const emulatorToken = "emulator"

func startEmulator(c emulator.Config) (*emulated, error) {
	e, err := emulator.New(c)
	if err != nil {
		return nil, err
	}
	server, url, err := onLoopback(e)
	if err != nil {
		return nil, err
	}
	return &emulated{Emulator: e, server: server, url: url}, nil
}

// onLoopback serves h on a free port of this machine until the server is
// closed.
func onLoopback(h http.Handler) (server *http.Server, url string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	server = &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(l) //nolint:errcheck // ends with Close
	return server, "http://" + l.Addr().String(), nil
}

func (e *emulated) client() *verify.Client { return verify.New(e.url, emulatorToken) }

func (e *emulated) second() *verify.Proverkacheka {
	return verify.NewProverkacheka(e.url, emulatorToken)
}

func (e *emulated) close() error { return e.server.Close() }

// fault switches the emulator to one of web.Services.
func (e *emulated) fault(_ context.Context, service string) error {
	if err := e.ClearFaults(); err != nil || service == "up" {
		return err
	}
	return e.SetFault(emulator.Fault(service), 0)
}

// service is which of web.Services the emulator is in.
func (e *emulated) service() string {
	for _, f := range e.Faults() {
		if f == emulator.Slow || f == emulator.Down {
			return string(f)
		}
	}
	return "up"
}
