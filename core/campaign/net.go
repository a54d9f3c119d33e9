package campaign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"time"

	"besedka/core/campaign/rules"
	"besedka/storage"
)

// net decides on what is left of a receipt as on a receipt of its own, by campaign:
// under the versions that have decided on the whole, by what was known then. There is
// nothing to decide when nothing is left, or nobody is there who could have it.
func (s *Service) net(ctx context.Context, q storage.Querier, r Refund, stands []Decision) (map[string]rules.Decision, error) {
	if r.Rest == nil {
		return nil, nil
	}
	facts, at, err := knownOf(ctx, q, r.Receipt)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, ErrForgotten
	}
	if err != nil || forgotten(facts) {
		return nil, err
	}
	campaigns, err := s.campaignsOf(ctx, q, stands)
	if err != nil {
		return nil, err
	}
	facts.Receipt = r.Rest.of(facts.Receipt)
	made, err := rules.NewSet(campaigns).Evaluate(facts, at)
	if err != nil {
		return nil, err
	}
	net := make(map[string]rules.Decision, len(made))
	for _, d := range made {
		net[d.Campaign] = d
	}
	return net, nil
}

// of is the receipt without what came back. What was paid by bonuses is left in the
// share of the total that is left, in whole kopecks down: how the till pays back is told
// to nobody.
func (rest Rest) of(r rules.Receipt) rules.Receipt {
	tenders := make(map[string]int64, len(r.Tenders))
	for currency, paid := range r.Tenders {
		tenders[currency] = share(paid, rest.Total, r.Total)
	}
	var lines []rules.Line
	for _, l := range r.Lines {
		left, ok := rest.Lines[l.Number]
		if !ok {
			continue
		}
		l.Quantity, l.Sum = left.Quantity, left.Sum
		lines = append(lines, l)
	}
	r.Total, r.Tenders, r.Lines = rest.Total, tenders, lines
	return r
}

// share is n × part / whole, rounded down.
func share(n, part, whole int64) int64 {
	if whole <= 0 {
		return 0
	}
	product := new(big.Int).Mul(big.NewInt(n), big.NewInt(part))
	return product.Quo(product, big.NewInt(whole)).Int64()
}

// campaignsOf are the versions that have decided.
func (s *Service) campaignsOf(ctx context.Context, q storage.Querier, made []Decision) ([]*rules.Campaign, error) {
	ids, versions := make([]string, len(made)), make([]int, len(made))
	for i, d := range made {
		ids[i], versions[i] = d.Campaign, d.Version
	}
	rows, err := storage.Collect[versionRow](ctx, q, qVersions, ids, versions)
	if err != nil {
		return nil, err
	}
	all := make([]*rules.Campaign, len(rows))
	for i, row := range rows {
		if all[i], err = s.load(ctx, q, row); err != nil {
			return nil, fmt.Errorf("campaign %s version %d: %w", row.Campaign, row.Version, err)
		}
	}
	return all, nil
}

// keepNet writes what stands of the decisions and what was decided on what is left.
func keepNet(ctx context.Context, tx storage.Tx, r Refund, stages []stage, lowers bool) error {
	all := make([]Decision, len(stages))
	for i, st := range stages {
		all[i] = st.Decision
		all[i].Trace = st.net.Trace
	}
	rows, err := rowsOf(all)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, qNetDecisions, r.Receipt, r.Number, rows.campaigns, rows.versions, rows.brought, rows.uses, rows.traces, lowers)
	return err
}

// Net is the decisions on what was left of a receipt after one of its refunds. Brought
// and Uses are what stood of the award from then on, which may be less than the trace
// makes.
type Net struct {
	Number    int       `json:"number"`
	At        time.Time `json:"at"`
	Sum       int64     `json:"sum"`  // that came back, kopecks
	Rest      int64     `json:"rest"` // of the receipt's sum
	Decisions []Told    `json:"decisions"`
}

// Nets are the decisions after the refunds of a receipt, in their order.
func Nets(ctx context.Context, q storage.Querier, receipt int64) ([]Net, error) {
	rows, err := storage.Collect[netRow](ctx, q, qNets, receipt)
	if err != nil {
		return nil, fmt.Errorf("refunds of receipt %d: %w", receipt, err)
	}
	var all []Net
	for _, r := range rows {
		if len(all) == 0 || all[len(all)-1].Number != r.Number {
			all = append(all, Net{Number: r.Number, At: r.At, Sum: r.Sum, Rest: r.Rest, Decisions: []Told{}})
		}
		if r.Trace == nil {
			continue
		}
		d, err := r.decision()
		if err != nil {
			return nil, fmt.Errorf("refunds of receipt %d: %w", receipt, err)
		}
		last := &all[len(all)-1]
		last.Decisions = append(last.Decisions, Tell([]Decision{d})...)
	}
	return all, nil
}

// outcome is what a trace says became of the receipt; "" without a trace.
func outcome(trace []byte) (rules.Outcome, error) {
	if trace == nil {
		return "", nil
	}
	var told struct{ Outcome rules.Outcome }
	err := json.Unmarshal(trace, &told)
	return told.Outcome, err
}
