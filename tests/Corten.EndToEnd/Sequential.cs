// Daemons of several classes at once would only measure the machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
