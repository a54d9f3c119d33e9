package access

import (
	"fmt"
	"net"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// relyingParty is what authenticators are told of the site at public: WebAuthn level 3,
// 4. It is nil where browsers have no passkeys: not over HTTPS, and not by the name
// localhost. The addresses of this machine are taken for that name.
func relyingParty(public string) (*webauthn.WebAuthn, error) {
	at, err := url.Parse(public)
	if err != nil {
		return nil, fmt.Errorf("address of the site: %w", err)
	}
	if net.ParseIP(at.Hostname()).IsLoopback() {
		at.Host = "localhost:" + at.Port()
	}
	if net.ParseIP(at.Hostname()) != nil || at.Scheme != "https" && at.Hostname() != "localhost" {
		return nil, nil
	}
	return webauthn.New(&webauthn.Config{
		RPID: at.Hostname(), RPDisplayName: "Besedka", RPOrigins: []string{at.Scheme + "://" + at.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: protocol.ResidentKeyRequired(), ResidentKey: protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired,
		},
	})
}

// Passkeys says whether browsers have passkeys for the site.
func (s *Service) Passkeys() bool { return s.party != nil }
