package cloudapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"besedka/bots"
	"besedka/core/chat"
)

// template is a template's name and values in a call to messages.
type template struct {
	Name       string      `json:"name"`
	Language   language    `json:"language"`
	Components []component `json:"components,omitempty"`
}

type language struct {
	Code string `json:"code"`
}

type component struct {
	Type       string      `json:"type"`
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// SendTemplate implements bots.Templater.
func (a *Adapter) SendTemplate(ctx context.Context, peer, id string, t chat.Template) (string, error) {
	m := addressed(peer, id)
	m.Type, m.Template = "template", &template{Name: t.Name, Language: language{t.Lang}}
	if len(t.Values) > 0 {
		body := component{Type: "body"}
		for _, v := range t.Values {
			body.Parameters = append(body.Parameters, parameter{"text", v})
		}
		m.Template.Components = []component{body}
	}
	return a.send(ctx, m)
}

// ErrNoBusiness is the answer when nobody has told us whose templates they are.
var ErrNoBusiness = errors.New("the id of the WhatsApp Business account is not known")

// Limits of a listing: an account has 6000 templates at most.
const (
	perPage  = "250"
	maxPages = 24
)

// Templates implements bots.Templater.
func (a *Adapter) Templates(ctx context.Context) (all []bots.Approved, err error) {
	if a.cfg.BusinessID == "" {
		return nil, ErrNoBusiness
	}
	ask := url.Values{"fields": {"name,language,status,category,components"}, "limit": {perPage}}
	for range maxPages {
		var page templatePage
		path := a.cfg.BusinessID + "/message_templates?" + ask.Encode()
		if err := a.call(ctx, http.MethodGet, path, "", nil, &page); err != nil {
			return nil, fmt.Errorf("list templates: %w", err)
		}
		all = append(all, page.read()...)
		if page.Paging.Next == "" || page.Paging.Cursors.After == "" {
			break
		}
		ask.Set("after", page.Paging.Cursors.After)
	}
	return all, nil
}

type templatePage struct {
	Data []struct {
		Name       string `json:"name"`
		Language   string `json:"language"`
		Status     string `json:"status"`
		Category   string `json:"category"`
		Components []struct {
			Type string `json:"type"`
			Text string `json:"text"`
		} `json:"components"`
	} `json:"data"`
	Paging struct {
		Cursors struct {
			After string `json:"after"`
		} `json:"cursors"`
		Next string `json:"next"`
	} `json:"paging"`
}

func (p templatePage) read() (all []bots.Approved) {
	for _, t := range p.Data {
		one := bots.Approved{Name: t.Name, Lang: t.Language, Status: t.Status, Category: strings.ToLower(t.Category)}
		for _, c := range t.Components {
			if c.Type == "BODY" {
				one.Body = c.Text
			}
		}
		all = append(all, one)
	}
	return all
}
