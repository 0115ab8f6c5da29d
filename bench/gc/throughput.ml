(* The LRU cache and the growing table of throughput_bench.cc in OCaml: which of the two is the argument.
   space_overhead 100 lets the heap be twice what is live; the minor heap is the default one of 256 k words,
   2 MiB, as large as the young generation of the twin is at first. Time in collections: see ocaml_stopped.c. *)

external now_ns : unit -> float = "bench_now_ns"
external stopped_ns : unit -> float = "bench_stopped_ns"

let entries = 100_000
let buckets = 1 lsl 17
let value_words = 30
let reads = 3_000_000
let insertions = 600_000

(* Knuth's multiplier, as far as it fits. *)
let hash key = (key * 0x1E3779B97F4A7C15) lsr 20
let state = ref 88172645463325252

let random below =
  let x = !state in
  let x = x lxor (x lsl 13) in
  let x = x lxor (x lsr 7) in
  let x = x lxor (x lsl 17) in
  state := x;
  (x lsr 4) mod below

let skewed () =
  let even = float_of_int (random (1 lsl 32)) /. 4294967296. in
  int_of_float (2. *. float_of_int entries *. even *. even *. even)

type entry = {
  key : int;
  mutable newer : entry;
  mutable older : entry;
  mutable chain : entry;  (* the ring's head when there is none *)
  value : Bytes.t;
}

let rec head = { key = -1; newer = head; older = head; chain = head; value = Bytes.empty }
let table = Array.make buckets head
let count = ref 0
let place key = hash key land (buckets - 1)

let unlink entry =
  entry.newer.older <- entry.older;
  entry.older.newer <- entry.newer

let rec find entry key = if entry == head || entry.key = key then entry else find entry.chain key

let remove oldest =
  let at = place oldest.key in
  if table.(at) == oldest then table.(at) <- oldest.chain
  else begin
    let before = ref table.(at) in
    while !before.chain != oldest do before := !before.chain done;
    !before.chain <- oldest.chain
  end;
  unlink oldest

let miss key =
  if !count = entries then remove head.newer else incr count;
  let value = Bytes.create (8 * value_words) in
  for i = 0 to value_words - 1 do Bytes.set_int64_ne value (8 * i) (Int64.of_int (key + i)) done;
  let at = place key in
  let entry = { key; newer = head; older = head; chain = table.(at); value } in
  table.(at) <- entry;
  entry

let read key =
  let found = find table.(place key) key in
  let entry = if found == head then miss key else (unlink found; found) in
  let second = head.older in
  entry.newer <- head;
  entry.older <- second;
  second.newer <- entry;
  head.older <- entry;
  let sum = ref 0 in
  for i = 0 to value_words - 1 do sum := !sum + Int64.to_int (Bytes.get_int64_ne entry.value (8 * i)) done;
  !sum

type node = Nil | Node of { key : int; mutable next : node; value : int * int }

let grow () =
  let table = ref (Array.make 16 Nil) in
  let link node =
    match node with
    | Nil -> ()
    | Node n ->
        let at = hash n.key land (Array.length !table - 1) in
        n.next <- !table.(at);
        !table.(at) <- node
  in
  for i = 0 to insertions - 1 do
    if i = Array.length !table then begin
      let old = !table in
      table := Array.make (2 * i) Nil;
      let rec relink = function
        | Nil -> ()
        | Node n as node ->
            let next = n.next in
            link node;
            relink next
      in
      Array.iter relink old
    end;
    link (Node { key = random (1 lsl 32); next = Nil; value = Sys.opaque_identity (i, i) })
  done;
  Array.length !table

let () =
  Gc.set { (Gc.get ()) with Gc.space_overhead = 100; Gc.minor_heap_size = 262_144 };
  let program = Sys.argv.(1) in
  let cache = program = "lru_cache" in
  let sum = ref 0 in
  if cache then for i = 0 to entries - 1 do sum := !sum + read i done;
  let stopped = stopped_ns () in
  let start = now_ns () in
  if cache then for _ = 1 to reads do sum := !sum + read (skewed ()) done
  else sum := grow ();
  let elapsed = now_ns () -. start in
  let report name value = Printf.printf "%s_%s %.6f\n" program name value in
  report "percent" (100. -. ((stopped_ns () -. stopped) /. elapsed *. 100.));
  report "ns" (elapsed /. float_of_int (if cache then reads else insertions));
  report "heap_mib" (float_of_int (8 * (Gc.quick_stat ()).Gc.top_heap_words) /. 1048576.);
  if !sum = 0 then exit 1
