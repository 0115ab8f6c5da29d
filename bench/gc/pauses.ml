(* The pauses of OCaml's minor collections of a minor heap of 2 MiB, nearly full, of which a tenth survives:
   on a shallow stack and below 200,000 frames that each hold a reference. The twin of two rows of
   young_bench.cc. What survives is promoted at once, and dropped after two more collections. *)

external now_ns : unit -> float = "bench_now_ns"

type node = Nil | Node of { left : node; right : node; number : int }

let rounds = 100
let nodes_per_round = 62_000 (* of 32 bytes *)
let kept_every = 17 (* with its cell in the list 56 bytes of 568 *)
let kept = [| []; [] |]

let fill round =
  kept.(round land 1) <- [];
  for i = 1 to nodes_per_round do
    let node = Node { left = Nil; right = Nil; number = i } in
    if i mod kept_every = 0 then kept.(round land 1) <- Sys.opaque_identity node :: kept.(round land 1)
    else ignore (Sys.opaque_identity node)
  done

let measure name =
  let pauses =
    Array.init rounds (fun round ->
        Gc.minor ();
        fill round;
        let start = now_ns () in
        Gc.minor ();
        (now_ns () -. start) /. 1e6)
  in
  Array.sort compare pauses;
  let report figure value = Printf.printf "%s_%s_ms %.6f\n" name figure value in
  report "p50" pauses.((rounds - 1) / 2);
  report "p99" pauses.((rounds - 1) * 99 / 100);
  report "max" pauses.(rounds - 1)

let rec below frames node =
  if frames = 0 then measure "deep"
  else begin
    below (frames - 1) node;
    ignore (Sys.opaque_identity node)
  end

let () =
  Gc.set { (Gc.get ()) with Gc.minor_heap_size = 262_144 };
  measure "shallow";
  below 200_000 (Sys.opaque_identity (ref 0))
