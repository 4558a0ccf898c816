// Package responsible finds out who is responsible for a component or an artefact, by
// what its component descriptor says (contract http-api, section 8.5; config,
// sections 9 and 11):
//
//	found, err := responsible.Of(descriptor, "web") // or "" for the component
//	found.Responsibles = book.Enrich(found.Responsibles)
//	for _, party := range found.Responsibles {
//		fmt.Println(party[0].Type, party[0].Username)
//	}
//
// Everything is a plain value, nothing is asked over a network: what only a code host
// knows, such as the members of a team, is told as a [Status].
package responsible
