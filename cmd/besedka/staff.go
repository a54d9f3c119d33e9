package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"besedka/core/staff"
	"besedka/core/staff/access"
)

type staffCmd struct {
	Invite   staffInviteCmd   `cmd:"" help:"Admit a person and print their token and the link to the pages, this once."`
	Link     staffLinkCmd     `cmd:"" help:"Print a new link by which a person sets how they sign in on the pages: when they have lost it."`
	Group    staffGroupCmd    `cmd:"" name:"telegram" help:"Print what a person sends to the staff's bot, once, to be known in the staff's group."`
	Roles    staffRolesCmd    `cmd:"" help:"Give a person other roles in place of theirs."`
	Partners staffPartnersCmd `cmd:"" help:"Say whose receipts a person sees: of these partners only."`
	List     staffListCmd     `cmd:"" help:"Print who works here: id, roles, tokens in force, name."`
	Revoke   staffRevokeCmd   `cmd:"" help:"End a person's work here, or one token."`
	Audit    staffAuditCmd    `cmd:"" help:"Prove that the audit log is whole."`
}

// pagesAt says where the pages are, for links to them.
type pagesAt struct {
	Public string `help:"Address by which the staff reach the pages, https://…" env:"BESEDKA_PUBLIC_URL" default:"http://localhost:8080"`
}

// link is a new one for a person.
func (p pagesAt) link(ctx context.Context, in *installation, id int64) (string, error) {
	public := strings.TrimRight(p.Public, "/")
	door, err := access.New(in.db, in.keys, public)
	if err != nil {
		return "", err
	}
	token, err := door.Invite(ctx, time.Now(), 0, id)
	return invitationAt(public, token), err
}

// invitationAt is the page on which a person who was invited sets how they sign in.
func invitationAt(public, token string) string { return public + "/console/invitation/" + token }

type staffInviteCmd struct {
	place
	pagesAt
	Name string       `help:"Who it is." required:""`
	Role []staff.Role `help:"What they do: ${enum}; several may be given." required:"" enum:"owner,organiser,marketer,operator,reviewer,registrar,draw_director,auditor"`

	Partner []string `help:"See receipts of this partner only; several may be given."`
}

// Run admits the person and prints nothing but the token, for a file or a
// password manager to take. The link for the person is beside it, on stderr.
func (c *staffInviteCmd) Run(ctx context.Context, out io.Writer, k *kong.Kong, log *slog.Logger) error {
	return c.with(ctx, log, func(in *installation) error {
		token := staff.NewToken()
		p, err := staff.New(in.db).Invite(ctx, time.Now(), staff.Person{Name: c.Name, Roles: c.Role, Partners: c.Partner}, token)
		if err != nil {
			return err
		}
		link, err := c.link(ctx, in, p.ID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, token)
		fmt.Fprintf(k.Stderr, "%s signs in on the pages by this link, once, within a day:\n%s\n", c.Name, link)
		return err
	})
}

type staffLinkCmd struct {
	place
	pagesAt
	Who int64 `arg:"" help:"Id of the person, from staff list."`
}

// Run prints the link and nothing else.
func (c *staffLinkCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return c.with(ctx, log, func(in *installation) error {
		link, err := c.link(ctx, in, c.Who)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, link)
		return err
	})
}

type staffRolesCmd struct {
	place
	Who  int64        `arg:"" help:"Id of the person, from staff list."`
	Role []staff.Role `help:"What they do from now on: ${enum}; several may be given." required:"" enum:"owner,organiser,marketer,operator,reviewer,registrar,draw_director,auditor"`
}

// Run tells what the person does now.
func (c *staffRolesCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return withStaff(ctx, c.place, log, func(s *staff.Service) error {
		if err := s.SetRoles(ctx, time.Now(), c.Who, c.Role); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "roles\tstaff/%d\t%s\n", c.Who, rolesText(c.Role))
		return err
	})
}

type staffPartnersCmd struct {
	place
	Who     int64    `arg:"" help:"Id of the person, from staff list."`
	Partner []string `arg:"" optional:"" help:"Names from partners.yaml; none: they see receipts of all."`
}

// Run tells whose receipts the person sees now.
func (c *staffPartnersCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return withStaff(ctx, c.place, log, func(s *staff.Service) error {
		if err := s.SetPartners(ctx, time.Now(), c.Who, c.Partner); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "partners\tstaff/%d\t%s\n", c.Who, strings.Join(c.Partner, ","))
		return err
	})
}

type staffListCmd struct{ place }

// Run prints a line a person; one who was disabled has no tokens.
func (c *staffListCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return withStaff(ctx, c.place, log, func(s *staff.Service) error {
		people, err := s.People(ctx)
		if err != nil {
			return err
		}
		for _, p := range people {
			state := fmt.Sprintf("%d tokens", p.Tokens)
			if p.DisabledAt != nil {
				state = "disabled " + p.DisabledAt.Format(time.DateOnly)
			}
			if _, err := fmt.Fprintf(out, "%d\t%s\t%s\t%s\n", p.ID, rolesText(p.Roles), state, p.Name); err != nil {
				return err
			}
		}
		return nil
	})
}

func rolesText(roles []staff.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ",")
}

type staffRevokeCmd struct {
	place
	Who string `arg:"" help:"Id of a person, from staff list: they are disabled with all their tokens. Or one token."`
}

// Run tells whose work, or whose token, has ended.
func (c *staffRevokeCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return withStaff(ctx, c.place, log, func(s *staff.Service) error {
		id, err := strconv.ParseInt(c.Who, 10, 64)
		if err == nil {
			err = s.Disable(ctx, time.Now(), id)
		} else {
			id, err = s.Revoke(ctx, time.Now(), c.Who)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "revoked\tstaff/%d\n", id)
		return err
	})
}

type staffAuditCmd struct{ place }

// Run prints the number of rows and the last row's hash.
func (c *staffAuditCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return withStaff(ctx, c.place, log, func(s *staff.Service) error {
		proved, err := s.VerifyAudit(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "rows\t%d\nhead\t%s\n", proved.Rows, proved.Head)
		return err
	})
}

func withStaff(ctx context.Context, p place, log *slog.Logger, do func(*staff.Service) error) error {
	return p.with(ctx, log, func(in *installation) error { return do(staff.New(in.db)) })
}

// with opens the place for as long as do takes.
func (p place) with(ctx context.Context, log *slog.Logger, do func(in *installation) error) error {
	in, err := p.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(do(in), in.close(ctx))
}
