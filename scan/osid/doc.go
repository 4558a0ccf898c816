// Package osid finds out which operating system the images of a delivery are built
// on, and whether it still gets updates. It is ODG's osid extension.
//
//	scanner := osid.New(repositories, eol.Embedded(), finding, osid.Config{})
//	result, err := scanner.Scan(ctx, id)
//
// The core is pure: [Identify] reads what an image says of itself, [Assess] judges
// it at a given time by end-of-life data (package eol), and nothing else matters.
//
// # What is scanned
//
// Resources of the type ociImage whose image is a local blob of the component, or an
// OCI artefact in its repository or in a registry where that may look for it.
// Everything else, also an image out of reach, is [worker.ErrUnsupported]. Images are
// read as package image says: without unpacking, within budgets, all platforms.
//
// # How it decides
//
// The first row that holds decides:
//
//	the image has no os-release, or an empty one      emptyOsId
//	it calls itself distroless                        distroless
//	nothing is known about the distribution           noReleaseInfo
//	nothing is known about this branch of it          noBranchInfo
//	the end of life of the branch is over             branchReachedEol
//	the branch has no known releases of its own       upToDate
//	a version is no row of numbers                    unableToCompareVersion
//	the image is older than the latest release        patchlevelBehind
//	the image names its branch only, and the branch
//	has had a release since                           updateAvailableForBranch
//	else                                              upToDate
//
// The branch is the cycle named like the version, or like the longest beginning of
// it: 3.16.9 is of 3.16. The last day of support still counts as supported. The
// regular end of life counts, unless [Config.ExtendedSupport] says otherwise.
//
// # What is reported
//
// One entry of type osid (what runs), and one finding/osid per distribution with
// the category that the finding configuration has for the status, or none if it has
// none. A finding is identified by the distribution's ID alone (osid.ID), also when
// the platforms of an image differ: then the worst status that has a category is
// reported, in the order of [CompareStatus], of equal ones the lowest version. The
// entry osid is that of the platform with the worst status.
package osid
