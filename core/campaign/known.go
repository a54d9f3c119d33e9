package campaign

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"besedka/core/campaign/rules"
)

// known are Facts as JSON: the same facts make the same bytes.
type known struct {
	Receipt rules.Receipt
	Store   rules.Store
	Partner rules.Partner
	Member  rules.Member
	Used    []knownUse
	Pools   []knownPool
}

type knownUse struct {
	rules.Counter
	Used int64
}

type knownPool struct {
	rules.PoolKey
	rules.Pooled
}

func marshalFacts(f rules.Facts) ([]byte, error) {
	k := known{Receipt: f.Receipt, Store: f.Store, Partner: f.Partner, Member: f.Member}
	for _, c := range slices.SortedFunc(maps.Keys(f.Used), compareCounters) {
		k.Used = append(k.Used, knownUse{c, f.Used[c]})
	}
	for _, p := range slices.SortedFunc(maps.Keys(f.Pools), comparePools) {
		k.Pools = append(k.Pools, knownPool{p, f.Pools[p]})
	}
	text, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("write facts: %w", err)
	}
	return text, nil
}

func unmarshalFacts(text []byte) (rules.Facts, error) {
	var k known
	if err := json.Unmarshal(text, &k); err != nil {
		return rules.Facts{}, fmt.Errorf("read facts: %w", err)
	}
	f := rules.Facts{Receipt: k.Receipt, Store: k.Store, Partner: k.Partner, Member: k.Member, Used: map[rules.Counter]int64{}, Pools: map[rules.PoolKey]rules.Pooled{}}
	for _, u := range k.Used {
		f.Used[u.Counter] = u.Used
	}
	for _, p := range k.Pools {
		f.Pools[p.PoolKey] = p.Pooled
	}
	return f, nil
}

func compareCounters(a, b rules.Counter) int {
	return cmp.Or(strings.Compare(a.Campaign, b.Campaign), strings.Compare(a.Limit, b.Limit), strings.Compare(string(a.Of), string(b.Of)), strings.Compare(a.Window, b.Window))
}

func comparePools(a, b rules.PoolKey) int {
	return cmp.Or(strings.Compare(a.Campaign, b.Campaign), strings.Compare(a.Pool, b.Pool), strings.Compare(a.Window, b.Window))
}
