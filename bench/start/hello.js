console.log("Halo, dunia!");
