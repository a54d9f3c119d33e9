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

	"besedka/core/staff"
)

type staffCmd struct {
	Invite staffInviteCmd `cmd:"" help:"Admit a person and print their token, this once."`
	List   staffListCmd   `cmd:"" help:"Print who works here: id, roles, tokens in force, name."`
	Revoke staffRevokeCmd `cmd:"" help:"End a person's work here, or one token."`
	Audit  staffAuditCmd  `cmd:"" help:"Prove that the audit log is whole."`
}

type staffInviteCmd struct {
	place
	Name string       `help:"Who it is." required:""`
	Role []staff.Role `help:"What they do: ${enum}; several may be given." required:"" enum:"owner,organiser,marketer,operator,reviewer,registrar,draw_director,auditor"`
}

// Run admits the person and prints nothing but the token, for a file or a
// password manager to take.
func (c *staffInviteCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return withStaff(ctx, c.place, log, func(s *staff.Service) error {
		token := staff.NewToken()
		if _, err := s.Invite(ctx, time.Now(), staff.Person{Name: c.Name, Roles: c.Role}, token); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out, token)
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
	in, err := p.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(do(staff.New(in.db)), in.close(ctx))
}
