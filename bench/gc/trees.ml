(* Binary trees in OCaml: the twin of trees_foxvm.cc, which says what is done.
   space_overhead 100 lets the heap be twice what is live; the minor heap is the default one of 256 k words,
   2 MiB, as large as the young generation of the twin. Time in collections: see ocaml_stopped.c. *)

external now_ns : unit -> float = "bench_now_ns"
external stopped_ns : unit -> float = "bench_stopped_ns"

type tree = Empty | Node of tree * tree

let depth = 18
let min_depth = 4

let rec make depth =
  (* Opaque, or all leaves would be one constant. *)
  if depth = 0 then Node (Sys.opaque_identity Empty, Empty)
  else
    let left = make (depth - 1) in
    let right = make (depth - 1) in
    Node (left, right)

let rec count = function
  | Empty -> 0
  | Node (Empty, _) -> 1
  | Node (left, right) -> 1 + count left + count right

let run () =
  let nodes = ref (count (make (depth + 1))) in
  let kept = make depth in
  let d = ref min_depth in
  while !d <= depth do
    for _ = 1 to 1 lsl (depth - !d + min_depth) do
      nodes := !nodes + count (make !d)
    done;
    d := !d + 4
  done;
  !nodes + count kept

let () =
  Gc.set { (Gc.get ()) with Gc.space_overhead = 100; Gc.minor_heap_size = 262_144 };
  let start = now_ns () in
  let nodes = float_of_int (run ()) in
  let elapsed = now_ns () -. start in
  let stopped = stopped_ns () in
  let counters = Gc.quick_stat () in
  let report name value = Printf.printf "%s %.6f\n" name value in
  report "seconds" (elapsed /. 1e9);
  report "cpu_seconds" (Sys.time ());
  report "gc_seconds" (stopped /. 1e9);
  report "gc_percent" (stopped /. elapsed *. 100.);
  report "gc_ns_per_node" (stopped /. nodes);
  report "nodes" nodes;
  report "heap_mib" (float_of_int (8 * (counters.Gc.top_heap_words + 262_144)) /. 1048576.);
  report "minors" (float_of_int counters.Gc.minor_collections);
  report "majors" (float_of_int counters.Gc.major_collections)
