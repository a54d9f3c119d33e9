package browsertest

import (
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Authenticator gives the tab's device one that keeps passkeys and whose owner is always
// there and says yes.
func (p *Page) Authenticator() { p.authenticator(webauthn.AuthenticatorTransportInternal) }

// SecurityKey is an Authenticator in a USB port.
func (p *Page) SecurityKey() { p.authenticator(webauthn.AuthenticatorTransportUsb) }

func (p *Page) authenticator(transport webauthn.AuthenticatorTransport) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, webauthn.Enable, webauthn.EnableParams{})
	p.must("enable passkeys", err)
	_, err = chromedp.Call(p.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: transport,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		},
	})
	p.must("add authenticator", err)
}

// Type puts a text into a field in place of what stood there.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	p.must("type into "+selector, chromedp.Do(p.ctx, chromedp.SetValue(chromedp.CSS(selector), text)))
}
