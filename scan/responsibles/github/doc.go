// Package github asks GitHub servers who is in a team, for the rules of package
// responsibles that name teams.
//
//	teams, err := github.Open("/secrets") // which has a folder github
//	members, err := teams.Members(ctx, responsibles.Team{Hostname: "github.com", Name: "acme/web"})
//
// Members are remembered for an hour, since each artefact asks for them again. Secrets are
// those of ODG of the type github, with a token that may read the organisation; GitHub Apps
// are not known here. The API is that of GitHub's REST documentation, "List team members".
package github
