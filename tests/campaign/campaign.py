"""Nothing that was acknowledged is ever lost: random operations over FTP, FTPS and SFTP, with Box failing at random calls
and clients that vanish. What was acknowledged must be exactly so in Box, and what was refused must have changed nothing.

One seed gives one plan; a failure names its seed. `--show` prints the plan instead of carrying it out.
"""

import collections
import pathlib
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "clients")]

import clients  # noqa: E402
import plan  # noqa: E402
from lab import Failed, Lab, expect_equal, main  # noqa: E402
from worker import Worker, held_by_box  # noqa: E402

USERS = ("ann", "bob", "cid", "dot")


def seeds_of(arguments):
    return {user: f"{arguments.seed}/{user}" for user in USERS}


def nothing_acknowledged_is_lost(lab, arguments):
    share = -(-arguments.transfers // len(USERS))
    workers = [Worker(lab, user, seed, share) for user, seed in seeds_of(arguments).items()]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for worker in workers:
        worker.close()
    violations = [line for worker in workers for line in worker.violations]
    try:
        lab.expect_nothing_held(60)
    except Failed as held:
        violations.append(str(held))
    for worker in workers:
        worker.check_all("at the end")
    expect_equal(lab.stop_gateway(), 0, "exit code of boxgate")
    for worker, user in zip(workers, USERS):
        worker.check_all("after boxgate's end")
        on_disk = {path: digest for path, digest in clients.hashes(lab.box.files(user)).items()}
        in_box = {path: digest for path, (_, digest) in held_by_box(lab.box, user).items()}
        clients.compare(on_disk, in_box, f"{user}'s plain files against what the simulator says of them")
    violations += [line for worker in workers for line in worker.violations if line not in violations]

    outcomes = sum((worker.outcomes for worker in workers), collections.Counter())
    steps = [step for worker in workers for step in worker.steps]
    large = sum(step.size > 50 << 20 for step in steps)
    words = ", ".join(f"{verb} {outcome} {count}" for (verb, outcome), count in sorted(outcomes.items()))
    summary = (f"{len(steps)} operations, {sum(step.is_transfer for step in steps)} of them transfers ({large} uploads above "
               f"50 MiB); {lab.box.ask('GET', '/state')['faults_taken']} calls of Box's went wrong; {words}")
    if violations:
        print(*violations, sep="\n", flush=True)
        raise Failed(f"{len(violations)} rules broken; {summary}")
    return summary


def options(parser):
    parser.add_argument("--seed", default="1", help="any word; the same word gives the same plan")
    parser.add_argument("--transfers", type=int, default=200)
    parser.add_argument("--show", action="store_true")


def shared(arguments):
    if arguments.show:
        for user, seed in seeds_of(arguments).items():
            for step in plan.make_plan(seed, -(-arguments.transfers // len(USERS))):
                print(user, step)
        sys.exit(0)
    limits = {"max_wait": "3s", "box_call_timeout": "20s", "commit_timeout": "60s"}
    return Lab(arguments.bin, users={user: {} for user in USERS}, limits=limits)


if __name__ == "__main__":
    main(nothing_acknowledged_is_lost, options=options, shared=shared)
