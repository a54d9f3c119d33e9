//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/reflect/protoreflect"

	"besedka/core/chat"
)

// peer is whom a message is of: by their LID where that is known, for the same
// person comes under it and under the number.
type peer struct {
	jid   types.JID
	phone string // E.164, "" where WhatsApp does not say it
}

// alias is the chat that they had while WhatsApp told us only their number; "" when
// there is no other.
func (p peer) alias() string {
	if p.phone == "" || p.jid.Server != types.HiddenUserServer {
		return ""
	}
	return types.NewJID(strings.TrimPrefix(p.phone, "+"), types.DefaultUserServer).String()
}

// personal leaves out groups, channels, statuses, and what the account's owner
// writes by hand.
func personal(e *events.Message) bool {
	of := e.Info.Chat.Server
	return !e.Info.IsFromMe && !e.Info.IsGroup && (of == types.DefaultUserServer || of == types.HiddenUserServer)
}

func (s *session) who(e *events.Message) (peer, error) {
	jid, number, err := s.canonical(e.Info.Sender, e.Info.SenderAlt)
	return peer{jid, number}, err
}

// canonical is how we know somebody who comes as jid, perhaps with what else
// WhatsApp calls them beside it, and their number.
func (s *session) canonical(jid, other types.JID) (types.JID, string, error) {
	jid, other = jid.ToNonAD(), other.ToNonAD()
	if other.IsEmpty() {
		found, err := s.alias(s.ctx, jid)
		if err != nil {
			return jid, "", err
		}
		other = found.ToNonAD()
	}
	if jid.Server == types.DefaultUserServer {
		jid, other = other, jid
	}
	switch {
	case jid.Server != types.HiddenUserServer: // the LID is not known yet
		return other, phone(other), nil
	case other.Server == types.DefaultUserServer:
		return jid, phone(other), nil
	}
	return jid, "", nil
}

// alias is what is known of whom WhatsApp calls jid.
func (s *session) alias(ctx context.Context, jid types.JID) (types.JID, error) {
	if jid.Server == types.DefaultUserServer {
		return s.client.Store.LIDs.GetLIDForPN(ctx, jid)
	}
	return s.client.Store.LIDs.GetPNForLID(ctx, jid)
}

func phone(jid types.JID) string { return "+" + jid.User }

// read is a message in our words; false of what is none: a reaction, a change
// of settings, keys.
func read(m *waE2E.Message) (in chat.Inbound, ok bool) {
	switch {
	case m.GetConversation() != "":
		in.Text = m.GetConversation()
	case m.ExtendedTextMessage != nil:
		in.Text = m.GetExtendedTextMessage().GetText()
	case m.ImageMessage != nil:
		in.Text = m.GetImageMessage().GetCaption()
		in.Photo = &chat.Photo{Remote: remote(m)}
	case m.DocumentMessage != nil:
		readDocument(m, &in)
	case m.ContactMessage != nil:
		in.Contact = &chat.Contact{Phone: cardPhone(m.GetContactMessage().GetVcard())}
	case m.LocationMessage != nil:
		in.Location = &chat.Point{Lat: degrees(m.GetLocationMessage().GetDegreesLatitude()), Lon: degrees(m.GetLocationMessage().GetDegreesLongitude())}
	default:
		if !filed(m, &in) {
			in.Unknown = kind(m)
		}
		return in, in.File != nil || in.Unknown != ""
	}
	return in, true
}

// readDocument takes pictures and PDFs that are sent as files; any other is for people.
func readDocument(m *waE2E.Message, in *chat.Inbound) {
	d := m.GetDocumentMessage()
	pdf := d.GetMimetype() == "application/pdf"
	switch {
	case pdf || strings.HasPrefix(d.GetMimetype(), "image/"):
		in.Text = d.GetCaption()
		in.Photo = &chat.Photo{PDF: pdf, Remote: remote(m)}
	case !filed(m, in):
		in.Unknown = "documentMessage"
	}
}

// silent are the kinds of messages by which nobody says anything.
var silent = map[protoreflect.Name]bool{
	"messageContextInfo": true, "protocolMessage": true, "reactionMessage": true, "encReactionMessage": true,
	"senderKeyDistributionMessage": true, "keepInChatMessage": true, "pinInChatMessage": true, "pollUpdateMessage": true,
	"associatedChildMessage": true,
}

// kind is the library's name of what a message holds; "" of what says nothing.
// What is newer than the library has no name.
func kind(m *waE2E.Message) (name string) {
	m.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		if !silent[protoreflect.Name(f.JSONName())] {
			name = f.JSONName()
		}
		return name == ""
	})
	if name == "" && len(m.ProtoReflect().GetUnknown()) > 0 {
		return "unknown"
	}
	return name
}

// A contact card says which account a number is of: TEL;waid=79161234567:+7 916 ...
var (
	cardAccount = regexp.MustCompile(`(?i)waid=(\d+)`)
	cardNumber  = regexp.MustCompile(`(?im)^(?:item\d+\.)?TEL[^:\n]*:\s*([+\d][\d ()-]*)`)
	noDigits    = regexp.MustCompile(`\D`)
)

func cardPhone(card string) string {
	if m := cardAccount.FindStringSubmatch(card); m != nil {
		return "+" + m[1]
	}
	if m := cardNumber.FindStringSubmatch(card); m != nil {
		return "+" + noDigits.ReplaceAllString(m[1], "")
	}
	return ""
}

// own marks a card with the number that WhatsApp itself says is the sender's.
func own(in *chat.Inbound) {
	if in.Contact != nil {
		in.Contact.Own = in.Phone != "" && in.Contact.Phone == in.Phone
	}
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }
