// Command besedka is the whole platform in one binary: a subcommand is a file
// of this package, and serve is the one that runs a programme.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // a machine without time zones must not stop a programme

	"github.com/alecthomas/kong"
)

// cli is the command line. Every flag has its BESEDKA_ variable.
type cli struct {
	Serve     serveCmd     `cmd:"" help:"Run the programme: bots, web chat, API."`
	Rehearse  rehearseCmd  `cmd:"" help:"Run everything on a throw-away database, a virtual clock and the fakes."`
	Init      initCmd      `cmd:"" help:"Lay out a new programme folder."`
	Flows     flowsCmd     `cmd:"" help:"Check, test and draw scripts."`
	Partners  partnersCmd  `cmd:"" help:"The partners of a programme and their stores."`
	Receipts  receiptsCmd  `cmd:"" help:"Read receipts: QR codes from pictures, fiscal texts."`
	Campaigns campaignsCmd `cmd:"" help:"Try campaigns out."`
	Emulate   emulateCmd   `cmd:"" help:"Run an emulator of an outside service."`
	Books     booksCmd     `cmd:"" help:"Prove the books."`
	DB        dbCmd        `cmd:"" name:"db" help:"Migrate, back up, restore."`
	Staff     staffCmd     `cmd:"" help:"Invite the people who work here, list them, let them go."`
	Members   membersCmd   `cmd:"" help:"Erase a person for ever."`
	Links     linksCmd     `cmd:"" help:"Links and posters with a QR that lead into the chats, by place."`
	WhatsApp  whatsappCmd  `cmd:"" name:"whatsapp" help:"Link a WhatsApp account. Experimental."`
	Prizes    prizesCmd    `cmd:"" help:"Put codes of prizes into their pools."`
	Bench     benchCmd     `cmd:"" help:"Measure, beside a baseline taken in the same run."`
	Licences  licencesCmd  `cmd:"" help:"Print what is inside, and under which licence."`
}

// garbage lets the heap grow to five times what lives in it, a few tens of
// megabytes, before it is collected: every turn leaves some behind, and
// collecting it four times less often makes half as many turns again.
const garbage = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run parses args and carries the command out. It returns the exit code: 0, 1
// for a failure told on stderr, or what kong says of a wrong command line.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (code int) {
	var c cli
	parser, err := kong.New(&c, kong.Name("besedka"), kong.Description("Беседка: чат-боты для промоакций и лояльности."),
		kong.DefaultEnvars("BESEDKA"), kong.UsageOnError(), kong.Writers(stdout, stderr), kong.Exit(func(n int) { panic(exit(n)) }))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exit:
			code = int(r)
		default:
			panic(r)
		}
	}()
	parser.FatalIfErrorf(readSecrets())
	cmd, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	log := slog.New(slog.NewTextHandler(stderr, nil))
	cmd.BindTo(ctx, (*context.Context)(nil))
	cmd.BindTo(os.Stdin, (*io.Reader)(nil))
	cmd.BindTo(stdout, (*io.Writer)(nil))
	if err := cmd.Run(log); err != nil && ctx.Err() == nil {
		fmt.Fprintf(stderr, "besedka: %v\n", err)
		return 1
	}
	return 0
}

// exit carries kong's exit code out of the parser.
type exit int
