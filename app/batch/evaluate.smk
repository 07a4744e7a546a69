# A collection under Snakemake, one shard a job, then the merge:
#   snakemake -s evaluate.smk -j 4 --config collection=lidc data=DIR out=OUT \
#     shards=40 options="--xml XMLDIR"
# A job that was killed goes on where it stopped when snakemake is called again.
# program names capsight (default: on the PATH).
out = config["out"]
n = int(config.get("shards", 40))
program = config.get("program", "capsight")


rule merged:
    input:
        expand(out + "/shard-{k}-of-" + str(n) + "/timing.json", k=range(1, n + 1)),
    output:
        directory(out + "/merged"),
    params:
        shards=" ".join(f"{out}/shard-{k}-of-{n}" for k in range(1, n + 1)),
        options=config.get("merge_options", ""),
    shell:
        # 1: scans that cannot be evaluated, which are rows of the result
        "{program} merge {params.shards} -o {output} -q {params.options}"
        " || [ $? -eq 1 ]"


# timing.json is written last, also by a shard without a case.
rule shard:
    output:
        out + "/shard-{k}-of-" + str(n) + "/timing.json",
    params:
        folder=lambda wildcards: f"{out}/shard-{wildcards.k}-of-{n}",
        collection=config.get("collection", "lidc"),
        data=config["data"],
        options=config.get("options", ""),
    threads: int(config.get("threads", 1))
    shell:
        "{program} evaluate {params.collection} {params.data} -o {params.folder}"
        " --shard {wildcards.k}/" + str(n) + " --resume --jobs {threads}"
        " --progress none -q {params.options} || [ $? -eq 1 ]"
