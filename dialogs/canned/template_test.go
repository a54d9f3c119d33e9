package canned

import (
	"context"
	"testing"

	"besedka/core/chat"
	"besedka/core/conversation"
)

// TestAdvertisingIsOffered for those alone who want it; while nobody can tell, it is not.
func TestAdvertisingIsOffered(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		marketing, agreed bool
		err               error
		want              bool
	}{
		{false, false, nil, true}, {true, true, nil, true}, {true, false, nil, false}, {true, false, conversation.ErrUnheard, false},
	} {
		s := &Service{MayAdvertise: func(context.Context, int64) (bool, error) { return tt.agreed, tt.err }}
		if may, err := s.maySay(t.Context(), &chat.Template{Marketing: tt.marketing}, 1); may != tt.want || err != nil {
			t.Errorf("%+v: %v, %v", tt, may, err)
		}
	}
}
