// Package whatsapp is a WhatsApp that runs on loopback, as its linked devices
// see it: Noise XX over a websocket, binary nodes, prekeys, Signal both ways,
// media over HTTP. People in it write to one account, whose linked device is a
// whatsmeow client. Rehearsal and tests stand on it; nothing calls the client
// in-process.
//
// It keeps the server's own rules: a stanza is told again at every login until
// it is taken, the same ciphertext each time; a phone shows a message id once; a
// second login throws the first one out. Whether a message arrived is asked of the
// people in it, never of the client's SendMessage, which is content with an ack.
//
// Its Noise root is public, so nobody but a test or a rehearsal may Trust it.
package whatsapp
