package postgres

import "github.com/opendeliverygear/odg/store"

// StandingStatement is the statement of [Store.Standings], of a store with rules.
func (s *Store) StandingStatement(q store.StandingQuery) (string, []any) {
	return standings, s.standingArgs(q)
}
