package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"besedka/core/staff"
)

type staffCmd struct {
	Invite staffInviteCmd `cmd:"" help:"Admit a person and print their token, this once."`
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
