// Package explain tells why a finding is as severe and as urgent as it is: every
// rescoring, rule and piece of configuration that was considered, what became of it,
// and the reason.
//
//	e := explain.Of(finding, proposal.Facts{Rescorings: rescorings}, proposal.Rules{Findings: cfg, Now: now})
//	fmt.Println(e.Severity, e.Due)
//	for _, c := range e.Considered {
//		fmt.Println(c.Outcome, c.Reason)
//	}
//
// It decides nothing itself: severity and due date are those of findingcfg, the winner
// is that of rescore. All functions are pure, and input is never changed.
package explain
