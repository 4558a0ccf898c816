// Package kubetest gives a real Kubernetes API server to tests, without a container
// engine and without a cluster that somebody must have set up:
//
//	config := kubetest.Config(t)
//	kubetest.InstallCRDs(t, config)
//	namespace := kubetest.Namespace(t, config)
//	worker := kubetest.ServiceAccount(t, config, namespace, "worker")
//	client, err := kube.NewClient(worker, kube.Config{})
//
// [Config] is for most tests: a server that they share, on which each test has a
// namespace of its own. [Start] is for tests of faults, which kill, restart and freeze
// a server of their own. Both are etcd, kube-apiserver with RBAC and the usual
// admission (among it PodSecurity), and kube-controller-manager; pods are bound to the
// one node "simulated", become Running and Ready at once, and end when they are
// deleted. A pod whose phase a test sets keeps it. There are Deployments, ReplicaSets,
// Jobs, CronJobs, garbage collection and the end of namespaces, but no container runs:
// nobody answers on a Service, no autoscaler has metrics, and a NetworkPolicy keeps
// nobody out. client-go's fake clients are no replacement, as they accept a stale
// update, by which two workers claim one item.
//
// # Where the server comes from
//
// It is the program of the module in the folder cluster, which `make cluster` builds
// once per content into the user's cache folder. Where that has not been done the
// test is skipped with a sentence that says so; where the environment variable CI is
// set it fails, as a skip there would look green. Each test binary starts one shared
// server, unless ODG_TEST_KUBECONFIG names the kubeconfig of a cluster whose user may
// do everything: `make test` starts one for the tests of all packages.
//
// A server listens on loopback ports only, in a folder of its own below the one for
// temporary files. All of it ends, and its folder vanishes, with the test process,
// also when that is killed.
//
// # Figures
//
// On 2 cores. The program takes 5 minutes (8 CPU minutes) to build when nothing of it
// is in the build cache, and one more for go vet; the largest process is the linker
// with 2.3 GiB, compilers stay below 0.5 GiB each, two of them at a time. After a
// change to the module cluster it is 20 s, else nothing. It has 119 MB. A server is
// ready after 3.2 s (4 to 6 s while other work takes both cores) and gone after 0.1 s.
// Idle it takes 570 MB of memory (RSS): kube-apiserver 280, kube-controller-manager
// 105, etcd 95, the program over them with the simulated kubelet 90. Starting
// kube-apiserver again takes 2 s after [Server.Kill] and 5 s with [Server.Restart];
// controllers and the simulated kubelet look for a server that was gone for minutes
// every 30 s, as clients of Kubernetes do.
package kubetest
